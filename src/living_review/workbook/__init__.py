"""The tables as one workbook for people who work in a spreadsheet, and back.

layout       which sheets there are, and which columns with what help: from codebook and protocol
write        the workbook as a file
read         its cells back from a file that somebody sent: xlsx, or a CSV a sheet
damage       what the spreadsheet did to them unasked
difference   what a person changed, against what stood when it was made and what stands now
merge        the files as they will be, and all of them written or none
"""

"""What waits for people: the lists of the page, as one list in order, and for whom.

extraction   what of the tables is still to be read, checked or entered
tasks        every list of the page as tasks, with who may do each
abstracts    works of which nobody has the abstract here
read         the same from the files of a review; rankings are joined here, apart from the page
"""

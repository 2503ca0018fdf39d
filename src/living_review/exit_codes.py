"""What a command tells cron, make and other programs at its end, beside 0 and 1."""

NOTHING_NEW = 3  # a search that found nothing; triggers of which none is met
INCOMPLETE = 4  # a search that is not complete, of which nothing was added
NOT_PUSHED = 5  # all is done and kept here, but git could not pull or push
BUSY = 75  # another run is at work, as sysexits.h calls it: try again later

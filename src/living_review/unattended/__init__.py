"""What runs each month while nobody looks: each step once, for GitHub Actions and for cron.

    search ──► written   the search and its line in the log go straight to the branch
               derived   results/ comes back from where it is kept, and what is new is kept
               told      the standing pull request, and an issue for each cause of alarm
               site      the page and all published versions, as one folder to serve
    month                the same on one machine, with a lock and a log

Each step works on the review in the current folder, and asks the state of things, never what month
it is: a run that is late, missed or repeated does what is left to do.
"""

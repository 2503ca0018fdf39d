from living_review.cli import main

main()

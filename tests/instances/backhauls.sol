Route #1: 1 2 5 7
Route #2: 3 4 6
Cost 120

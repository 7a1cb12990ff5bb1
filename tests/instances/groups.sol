Route #1: 4 5
Route #2: 6 2
Cost 65

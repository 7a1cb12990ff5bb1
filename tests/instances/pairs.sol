Route #1: 1 3 2 4 5 6
Cost 110.05

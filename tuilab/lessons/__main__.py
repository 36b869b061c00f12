"""`python -m tuilab.lessons`: checks claims on some seeds; the order comes by standard input."""

from tuilab.lessons.seeds import main

main()

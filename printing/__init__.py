"""Documents on paper: PDF files set by typst, in typefaces that are installed with the program. No Django."""

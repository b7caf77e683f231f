"""The generated demo data: films, book covers and tweets with a planted structure, free of anyone's rights."""

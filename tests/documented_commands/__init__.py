"""`python -m tests.documented_commands`: run what README, CONTRIBUTING and docs/*.md show, and compare the output.

It needs Python, bash, make and git, and nothing installed: it makes the environments as the text does. How a document
says what it means:

* a block `sh` has commands, one a line, and inline code that begins like a command is one; each is run at its place;
* a block `text` after a command is what that command prints; `...` stands for anything in a line, or for any lines;
* a block `plain` is none of these;
* a block of another language is a file; its first line is a comment with the path. To a file of the project its content
  is added at the end, and what follows a `;` in the first line is an import that it needs;
* "exits with 1" or "the exit code is 1", after a command, says which exit code it has; without that it is 0;
* "answers at http://127.0.0.1:8080", after a command, says that it goes on until the document ends;
* `<!-- continues README.md -->` says that the reader still has the terminal, and the servers, of that document.

`exceptions.toml` says what is not run, with the reason, and what stands for the examples.
"""

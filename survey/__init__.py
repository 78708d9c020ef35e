"""Where people meet it: participants' pages, storage, releases, and the command `sixfold`."""

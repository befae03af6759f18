"""Reading the files of ratings that the Care Quality Commission publishes, each told by its columns."""

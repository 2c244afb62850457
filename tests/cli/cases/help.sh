pare --help

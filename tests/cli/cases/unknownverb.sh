pare tset

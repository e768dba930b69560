package process

// Main is the keeper, if the environment asks for one; else it returns at once.
func Main() {}

//go:build !unix

package process

// Main is the keeper, if the environment asks for one; else it returns at once. On
// Windows a job object takes the keeper's place.
func Main() {}

//go:build !linux

package room

func act() {}

//go:build !linux

package process

func act() {}

//go:build !linux

package room

// shut does nothing: what comes through a door that should be shut is reset by the links.
func (d *door) shut(bool) error { return nil }

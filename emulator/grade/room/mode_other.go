//go:build !linux

package room

import (
	"context"
	"errors"
)

var errNotLinux = errors.New("it needs Linux")

func tryNamespace() error { return errNotLinux }
func trySeccomp() error   { return errNotLinux }

func newNamespaces(Options) (backend, error)               { return nil, errNotLinux }
func newFilters(context.Context, Options) (backend, error) { return nil, errNotLinux }

package room

import (
	"context"
	"errors"
)

func trySeccomp() error { return errors.New("not built yet") }

func newFilters(context.Context, Options) (backend, error) { return nil, errors.New("not built yet") }

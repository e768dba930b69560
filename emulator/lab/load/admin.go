package load

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"rrmq.example/emulator/emulator/serve/api"
)

// An adminAPI is the API of the emulator that hosts the nodes. It lists the changes
// to them.
type adminAPI struct {
	client *api.Client
	start  reading // when the nodes were found
}

// A reading is the state of an emulator at one moment.
type reading struct {
	api.ClusterAnswer
	wall time.Time // of that moment, approximately
}

// world is the world's time.
func (s *reading) world() time.Duration { return s.TimeMS.Duration() }

// speed is how fast the world's time passes.
func (s *reading) speed() float64 {
	if s.Clock.Paused {
		return 0
	}
	return s.Clock.Speed
}

// began returns the reading at the cluster's start, assuming an unchanged clock.
func (s *reading) began() reading {
	b := *s
	b.Seq, b.TimeMS = 0, 0
	if speed := s.speed(); speed > 0 {
		b.wall = s.wall.Add(-time.Duration(float64(s.world()) / speed))
	}
	return b
}

// adminPatience bounds the wait for an answer of the admin API.
const adminPatience = 5 * time.Second

// read asks the emulator for its state.
func (a *adminAPI) read(ctx context.Context) (reading, error) {
	var s reading
	began := time.Now()
	if err := a.get(ctx, "/v1/cluster", nil, &s); err != nil {
		return s, err
	}
	s.wall = began.Add(time.Since(began) / 2)
	if len(s.Nodes) == 0 {
		return s, fmt.Errorf("%w: the cluster of the emulator at %s has no nodes", ErrUnreachable, a.client.Base())
	}
	return s, nil
}

// get asks the admin API.
func (a *adminAPI) get(ctx context.Context, path string, query url.Values, into any) error {
	ctx, cancel := context.WithTimeout(ctx, adminPatience)
	defer cancel()
	defer a.client.Close() // it is asked twice in a run
	if err := a.client.Ask(ctx, api.Get(path, query), into); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return nil
}

package load

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"rrmq.example/emulator/emulator/serve/api"
)

// An adminAPI is the API of the emulator that hosts the nodes. It knows what was
// done to them.
type adminAPI struct {
	client *api.Client
	found  sight // when the nodes were found
}

// A sight is how an emulator stood at one moment.
type sight struct {
	api.ClusterAnswer
	wall time.Time // of that moment, as nearly as it can be known
}

// world is the world's time.
func (s *sight) world() time.Duration { return s.TimeMS.Duration() }

// speed is how fast the world's time passes.
func (s *sight) speed() float64 {
	if s.Clock.Paused {
		return 0
	}
	return s.Clock.Speed
}

// began is how it stood when its cluster began, if the clock has been left alone.
func (s *sight) began() sight {
	b := *s
	b.Seq, b.TimeMS = 0, 0
	if speed := s.speed(); speed > 0 {
		b.wall = s.wall.Add(-time.Duration(float64(s.world()) / speed))
	}
	return b
}

// adminPatience bounds the time that an answer of the admin API takes.
const adminPatience = 5 * time.Second

// look returns how the emulator stands.
func (a *adminAPI) look(ctx context.Context) (sight, error) {
	var s sight
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

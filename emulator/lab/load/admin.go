package load

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// An adminAPI is that of an emulator, which knows its nodes and what was done to them.
type adminAPI struct {
	base  *url.URL
	found sight // when the nodes were found
}

// A sight is how an emulator stood at one moment.
type sight struct {
	wall time.Time // of that moment, as nearly as it can be known

	RunID string  `json:"run_id"`
	Seq   uint64  `json:"seq"`
	Time  float64 `json:"time_ms"` // the world's
	Clock struct {
		Paused bool    `json:"paused"`
		Speed  float64 `json:"speed"`
	} `json:"clock"`
	Nodes []struct {
		URL string `json:"url"`
	} `json:"nodes"`
}

// world is the world's time.
func (s *sight) world() time.Duration { return time.Duration(s.Time * float64(time.Millisecond)) }

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
	b.Seq, b.Time = 0, 0
	if speed := s.speed(); speed > 0 {
		b.wall = s.wall.Add(-time.Duration(float64(s.world()) / speed))
	}
	return b
}

// maxAdmin is the longest answer of an admin API that is read, in bytes, and
// adminPatience how long it may take.
const (
	maxAdmin      = 8 << 20
	adminPatience = 5 * time.Second
)

// look tells how the emulator stands.
func (a *adminAPI) look(ctx context.Context) (sight, error) {
	var s sight
	began := time.Now()
	if err := a.get(ctx, "/v1/cluster", &s); err != nil {
		return s, err
	}
	s.wall = began.Add(time.Since(began) / 2)
	if len(s.Nodes) == 0 {
		return s, fmt.Errorf("%w: what answers at %s is no emulator's admin API", ErrUnreachable, a.base)
	}
	return s, nil
}

// get reads an answer of the admin API.
func (a *adminAPI) get(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, adminPatience)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base.String()+path, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", errTarget, err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(q)
	if err != nil {
		return fmt.Errorf("%w: no emulator at %s: %w", ErrUnreachable, a.base, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAdmin))
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil || response.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: what answers at %s (%s) is no emulator's admin API", ErrUnreachable, a.base, response.Status)
	}
	return nil
}

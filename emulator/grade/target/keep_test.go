package target

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/script/course"
)

func TestUserReachesAKeptNodeOfANamespace(t *testing.T) {
	q := &queue{}
	rs, err := newFakeRooms(1)
	assert.NilError(t, err)
	rs.program = instead(q.handler(), "PUT /message", body(500, "sorry"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	status, where := 0, ""
	_, err = Run(ctx, steps(t, 1, one), Options{
		Course: course.Default(), Dir: t.TempDir(), Mode: room.Namespace, Attach: -1, KeepRunning: true,
		open: func(context.Context, room.Options) (rooms, error) { return rs, nil }, crowd: calm, patient: true,
		Progress: func(s string) {
			if address, ok := strings.CutPrefix(s, "node 0: "); ok {
				where = address
			}
			if !strings.Contains(s, "stays up") {
				return
			}
			defer cancel()
			answer, err := http.Get(where + "/status")
			if assert.Check(t, err) {
				status = answer.StatusCode
				assert.Check(t, answer.Body.Close())
			}
		},
	})
	assert.NilError(t, err)
	assert.Equal(t, status, http.StatusOK)
	_, err = http.Get(where + "/status") //nolint:bodyclose // there is none
	assert.ErrorContains(t, err, "refused")
}

package encode_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/encode"
)

func TestAppendText(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"Empty", "", `""`},
		{"Plain", "hello", `"hello"`},
		{"Escapes", "\"\\/\b\f\n\r\t\x00\x1f\x7f", `"\"\\/\u0008\u000c\n\r\t\u0000\u001f` + "\x7f\""},
		{"Unicode", "käse 犬 🐕", `"käse 犬 🐕"`},
		{"ReplacementCharacterItself", "a\ufffdb", `"a` + "\ufffd" + `b"`},
		{"BrokenText", "a\xff\xc3b\xe7\x8a", `"a` + "\ufffd\ufffd" + `b` + "\ufffd\ufffd" + `"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := encode.AppendText(nil, c.text)
			assert.Equal(t, string(got), c.want)
			var back string
			assert.NilError(t, json.Unmarshal(got, &back))
			assert.Equal(t, back, strings.Map(func(r rune) rune { return r }, c.text))
		})
	}
}

func TestMillis(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{0, "0"}, {1, "0.000001"}, {-1, "-0.000001"}, {time.Millisecond, "1"}, {-1500 * time.Microsecond, "-1.5"},
		{20*time.Millisecond + 50*time.Microsecond, "20.05"}, {1<<63 - 1, "9223372036854.775807"}, {-1 << 63, "-9223372036854.775808"},
	} {
		t.Run(c.want, func(t *testing.T) {
			assert.Equal(t, string(encode.AppendMillis(nil, c.d)), c.want)
			back, err := encode.ParseMillis(json.Number(c.want))
			assert.NilError(t, err)
			assert.Equal(t, back, c.d)
		})
	}
	t.Run("Exponent", func(t *testing.T) {
		d, err := encode.ParseMillis("1.5e3")
		assert.NilError(t, err)
		assert.Equal(t, d, 1500*time.Millisecond)
	})
}

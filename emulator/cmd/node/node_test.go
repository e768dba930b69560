package node

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

func TestDataMustBeAFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	assert.NilError(t, os.WriteFile("file", nil, 0o600))
	assert.NilError(t, os.WriteFile("config.json", []byte(`{"addresses": [{"ip": "127.0.0.1", "port": 65011}]}`), 0o600))
	var out, said bytes.Buffer
	code := cli.Run(t.Context(), Command(), []string{"-data", "file/x", "config.json", "0"}, nil, &out, &said)
	assert.Equal(t, code, cli.Usage, said.String())
	assert.Assert(t, strings.Contains(said.String(), "-data file/x: file: "), said.String())
}

package serve

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/script/fixture"
)

// list prints the fixtures of the program: those of no folder, then each folder's.
func list(stdout io.Writer) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	infos := fixture.List()
	slices.SortStableFunc(infos, func(a, b fixture.Info) int { return strings.Compare(a.Folder, b.Folder) })
	folder := ""
	for _, info := range infos {
		if info.Folder != folder {
			folder = info.Folder
			fmt.Fprintf(w, "\n%s: %s\n", folder, info.Part)
		}
		fmt.Fprintf(w, "%s\t%s\n", info.Name, info.Description)
	}
	return w.Flush()
}

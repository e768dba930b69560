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
	parts := map[string][]string{} // of each folder
	for _, info := range infos {
		if list := parts[info.Folder]; !slices.Contains(list, info.Part) {
			parts[info.Folder] = append(list, info.Part)
		}
	}
	folder := ""
	for _, info := range infos {
		if info.Folder != folder {
			folder = info.Folder
			slices.Sort(parts[folder])
			fmt.Fprintf(w, "\n%s: %s\n", folder, strings.Join(parts[folder], "; "))
		}
		fmt.Fprintf(w, "%s\t%s\n", info.Name, info.Description)
	}
	return w.Flush()
}

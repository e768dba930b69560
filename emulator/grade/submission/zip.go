package submission

import (
	"archive/zip"
	"context"
	"io"
	"io/fs"
	"os"
	"strings"

	"rrmq.example/emulator/emulator/text"
)

// maxTarget bounds the path in a symbolic link.
const maxTarget = 4096

// unzip writes the files of a zip archive into a tree.
func unzip(ctx context.Context, file *os.File, t *tree) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	z, err := zip.NewReader(file, info.Size())
	if err != nil {
		return damaged(err)
	}
	for _, f := range z.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := unzipFile(f, t); err != nil {
			return err
		}
	}
	return nil
}

func unzipFile(f *zip.File, t *tree) error {
	// Some programs of Windows write backslashes.
	name, err := local(strings.ReplaceAll(f.Name, `\`, "/"))
	if err != nil {
		return err
	}
	mode := f.Mode()
	switch {
	case mode.IsDir() || strings.HasSuffix(f.Name, `\`):
		return t.dir(name)
	case name == ".":
		return problem("the archive holds a file without a name")
	case mode.Type() != 0 && mode.Type() != fs.ModeSymlink:
		return problem("the archive holds %s, which is neither a file nor a folder", text.QuoteShort(name, 200))
	case f.Flags&1 != 0:
		return problem("the archive is encrypted, want one without a password")
	}
	from, err := f.Open()
	if err != nil {
		return damaged(err)
	}
	defer from.Close()
	if mode.Type() == fs.ModeSymlink {
		target, err := io.ReadAll(io.LimitReader(from, maxTarget+1))
		if err != nil {
			return damaged(err)
		}
		if len(target) > maxTarget {
			return problem("the archive holds a link %s with a path of more than %d bytes", text.QuoteShort(name, 200), maxTarget)
		}
		return t.symlink(name, string(target))
	}
	return t.file(name, mode&0o111 != 0, from, damaged)
}

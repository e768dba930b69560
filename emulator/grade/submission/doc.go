// Package submission takes what a student handed in and makes fresh copies of it.
//
//	s, err := submission.Open(ctx, "team7.zip", submission.Options{Course: c, Build: build})
//	defer s.Close()
//	dir, remove, err := s.Copy()
//
// # Contract
//
//  1. A submission is a folder, or an archive of one: zip, tar, tar.gz or tar.bz2. Open never
//     changes it. It copies it once, without version control, caches, virtual environments
//     and files of earlier runs, and builds it once if the course has a build.
//  2. Nothing is written outside of the working directory. An archive with a name or a link
//     that leads out of it, with a device, or with more than the bounds allow is refused. In
//     a folder such links and devices are left out, with a note.
//  3. A Problem is the submission's own fault and says so to its author, unless its Machine
//     is set: a build missed its limit twice. ErrNone is a path that cannot be read. ErrCommand is a machine without the course's commands. Any
//     other error is the machine's.
//  4. The working directory goes with Close. If the program is killed before, the next Open on
//     the machine removes it.
//
// Files: submission.go is the way in; folder.go, archive.go, zip.go and tar.go read, tree.go
// writes; program.go finds the program, build.go builds it; work.go has the working directory.
package submission

// Package outfile is the one way to write a file of a user's. The contract:
//
//  1. An input is never an output: a path that names one of Options.Inputs is refused,
//     also through a hard or a symbolic link. Two outputs never go to one file.
//  2. A file that is there already and not empty is replaced only if it is of the kind that
//     is to be written (Options.Mine), or if the user says so (Options.Overwrite).
//  3. Create is for results. It finds out before the work whether the file can be written,
//     and changes nothing. A regular file is written beside its place and renamed by
//     Commit, with the mode of the file that it replaces. So there is a whole file, or the
//     old one, or none. The file beside exists from the first Write to Commit or Abort.
//     Dir does the same for a directory.
//  4. A device, a pipe and a symbolic link are written to directly, from the first Write
//     on. So is a file in a directory that takes no other files.
//  5. Live is for what others read while it grows. It is written in place, and locked
//     until Close: a second writer gets ErrBusy and destroys nothing. The old content goes
//     only after the lock is held.
//  6. A program that ends by a signal calls RemoveUnfinished, and leaves nothing behind.
//
// Errors name the path. ErrInput, ErrTaken, ErrForeign and ErrName are mistakes of the command line.
package outfile

// Package process runs programs that others wrote and ends them completely.
//
// It promises:
//
//  1. Start runs a command in a session of its own. On Linux a keeper, which is the
//     own binary started again, stands between: it adopts whatever the command leaves
//     behind, so that a process stays one of the command's although its parent ended.
//  2. Output goes through a pipe that is always read: a command that prints without end
//     neither waits nor fills memory. Tail returns the last lines, cut, as valid UTF-8
//     without control characters.
//  3. Pause returns when every thread of every process of the command stands still.
//  4. A command ends when the process that was started ends. All that it left running is
//     killed then. Done is closed when no process of the command is left.
//  5. Kill and Terminate return when no process of the command is left. If the grader
//     itself is killed, all its commands end, too.
//  6. Exit says how the command ended, and Crashed whether it did so by itself.
//
// Its caller must call [Main] first thing in main and in each TestMain, and Kill each
// process that it started.
//
// On macOS and BSD the command's process group stands for its processes, and on
// Windows a job object, which cannot be paused.
package process

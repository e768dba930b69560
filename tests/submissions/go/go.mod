module raftqueue

go 1.21

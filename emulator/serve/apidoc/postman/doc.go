// Package postman makes a Postman collection (v2.1) of requests to every route
// of the nodes and of the admin API, with tests of the
// answers. Run in their order they are a tour through what a cluster can go
// through, and they leave it as it was: healed, its clock running, its queue
// with one or two topics more.
//
// The contract:
//
//  1. Each request names the route of the tables that it shows. The tables give
//     the tests of that route: the status, the content type, and the keys of the
//     answer.
//  2. A request whose route, path or status the tables don't have is an error:
//     no collection is made.
//  3. Collection variables say where the emulator and its nodes are, as it knows
//     when it is asked. The first requests bring them up to date.
//  4. The requests suit every cluster of three nodes or more, in real and in
//     virtual time, and may be run again and again.
//
// Files: collection.go is the format, request.go how one request is put
// together, script.go its tests. The others are the folders of the collection,
// in the order of tour.go.
package postman

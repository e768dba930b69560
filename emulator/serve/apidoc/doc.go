// Package apidoc describes HTTP APIs for programs: from a table of routes and
// the Go types that they read and answer it writes an OpenAPI 3.1 document.
//
// The contract:
//
//  1. An [API] is what there is to describe. It is made from the tables from
//     which the requests are served, so that it can't differ from them.
//  2. Schemas come from the Go types, by their tags: json has a key's name; want
//     or doc describe it; must, in a body, says that it can't be left out; enum
//     lists the values there are, with "|" between them, as a type that is a
//     [readjson.Enum] does; null says that a list
//     may be null; schema names the schema of what JSON has there.
//  3. A type that writes its own JSON has a schema that [Schemas.Set] gives it.
//  4. The same API gives the same bytes.
//
// Nothing here knows what the APIs do, or serves them.
//
// Files: api.go is what to describe, schema.go and reflect.go make schemas of
// Go types, openapi.go and operation.go the document. Package apidoc/postman
// makes a collection of requests from the same tables.
package apidoc

// Package page holds the page that shows a cluster in a browser: its modules and styles,
// embedded in the program, how they are served, and how they become one file.
//
// The contract:
//
//  1. The page is what stands in web/. It consists of text files only, loads nothing from
//     elsewhere, and runs under the Content-Security-Policy that every answer has.
//  2. Serve answers GET and HEAD for one file by its name. An answer is compressed once and
//     kept; it has an ETag, and the browser asks each time whether it is still current.
//  3. File writes a Story, which is verdicts with runs to play, as one HTML file that needs no
//     server. The modules become one script: they use only the imports and exports that
//     bundle.go knows, and anything else is an error.
//  4. The caller decides who may ask (package mqapi/origin), and answers for names that do
//     not exist.
package page

// Verifies with Go's own packages what Overt signed, published and proved.
//
// Takes one JSON object on standard input, prints one line for everything that does not hold, and leaves with 1 if
// there was any. Build with GO111MODULE=off GOPATH=/usr/share/gocode (Debian: golang-go, golang-golang-x-mod-dev).
package main

import (
	"encoding/json"
	"fmt"
	"io/ioutil"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Index, Size int64
	Root        tlog.Hash
	Entry       []byte
	Proof       []tlog.Hash
}

type consistency struct {
	Old, New         int64
	OldRoot, NewRoot tlog.Hash
	Proof            []tlog.Hash
}

type work struct {
	Vkey, Skey  string
	Folder      string
	Checkpoints []string
	Refused     []string
	Inclusions  []inclusion
	Consistency []consistency
}

var failed bool

func fail(format string, values ...interface{}) {
	failed = true
	fmt.Printf(format+"\n", values...)
}

// folder reads tiles of height 8 as C2SP tlog-tiles lays them out.
type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := ioutil.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func open(data string, verifiers note.Verifiers) (tree tlog.Tree, err error) {
	opened, err := note.Open([]byte(data), verifiers)
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

func main() {
	var todo work
	if err := json.NewDecoder(os.Stdin).Decode(&todo); err != nil {
		fail("the input: %v", err)
		os.Exit(1)
	}
	verifier, err := note.NewVerifier(todo.Vkey)
	if err != nil {
		fail("the vkey: %v", err)
		os.Exit(1)
	}
	verifiers := note.VerifierList(verifier)
	for at, data := range todo.Checkpoints {
		tree, err := open(data, verifiers)
		if err != nil {
			fail("checkpoint %d: %v", at, err)
		} else if at == len(todo.Checkpoints)-1 {
			tiles(tree, todo)
		}
	}
	for at, data := range todo.Refused {
		if _, err := open(data, verifiers); err == nil {
			fail("note %d is accepted", at)
		}
	}
	for _, each := range todo.Inclusions {
		if err := tlog.CheckRecord(each.Proof, each.Size, each.Root, each.Index, tlog.RecordHash(each.Entry)); err != nil {
			fail("inclusion of %d in %d: %v", each.Index, each.Size, err)
		}
	}
	for _, each := range todo.Consistency {
		if err := tlog.CheckTree(each.Proof, each.New, each.NewRoot, each.Old, each.OldRoot); err != nil {
			fail("consistency of %d and %d: %v", each.Old, each.New, err)
		}
	}
	secret(todo, verifiers)
	if failed {
		os.Exit(1)
	}
	fmt.Printf("%d checkpoints, %d inclusions, %d consistency proofs\n",
		len(todo.Checkpoints), len(todo.Inclusions), len(todo.Consistency))
}

// tiles makes Go's own proofs from our tiles, each authenticated by the checkpoint, and compares.
func tiles(tree tlog.Tree, todo work) {
	reader := tlog.TileHashReader(tree, folder(todo.Folder))
	for _, each := range todo.Inclusions {
		proof, err := tlog.ProveRecord(tree.N, each.Index, reader)
		if err != nil || fmt.Sprint(proof) != fmt.Sprint(tlog.RecordProof(each.Proof)) {
			fail("Go proves inclusion of %d in %d otherwise: %v", each.Index, tree.N, err)
		}
	}
}

// secret signs with our private key and opens the result.
func secret(todo work, verifiers note.Verifiers) {
	signer, err := note.NewSigner(todo.Skey)
	if err != nil {
		fail("the skey: %v", err)
		return
	}
	data, err := note.Sign(&note.Note{Text: "signed by Go\n"}, signer)
	if err != nil {
		fail("signing: %v", err)
		return
	}
	if _, err := note.Open(data, verifiers); err != nil {
		fail("what Go signed: %v", err)
	}
}

// Go's golang.org/x/mod/sumdb/tlog on the same entries: hashes in memory, proofs from there, proofs verified.
package main

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io/ioutil"
	"os"
	"runtime"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

type answers struct {
	Contender string             `json:"contender"`
	Rates     map[string]float64 `json:"rates"`
	Root      string             `json:"root"`
	Versions  map[string]string  `json:"versions"`
	Sizes     map[string]float64 `json:"sizes"`
	PeakMiB   uint64             `json:"peak_mib"`
}

var result = answers{Contender: "Go sumdb/tlog, memory", Rates: map[string]float64{}, Sizes: map[string]float64{}}

func timed(name string, count int, work func()) {
	started := time.Now()
	work()
	result.Rates[name] = float64(count) / time.Since(started).Seconds()
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	size := flag.Int("leaves", 0, "")
	file := flag.String("entries", "", "a file with all entries, each of the same length")
	list := flag.String("indexes", "", "a file with the indexes to prove, as JSON")
	flag.Parse()
	all, err := ioutil.ReadFile(*file)
	check(err)
	text, err := ioutil.ReadFile(*list)
	check(err)
	var wanted []int64
	check(json.Unmarshal(text, &wanted))
	runtime.GOMAXPROCS(2)

	entry := func(number int64) []byte {
		length := int64(len(all) / *size)
		return all[number*length : (number+1)*length]
	}
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for at, index := range indexes {
			found[at] = hashes[index]
		}
		return found, nil
	})
	timed("leaves integrated in memory", *size, func() {
		for number := int64(0); number < int64(*size); number++ {
			stored, err := tlog.StoredHashes(number, entry(number), reader)
			check(err)
			hashes = append(hashes, stored...)
		}
	})
	n := int64(*size)
	root, err := tlog.TreeHash(n, reader)
	check(err)
	result.Root = hex.EncodeToString(root[:])
	proofs := make([]tlog.RecordProof, len(wanted))
	timed("inclusion proofs, tiles cached", len(wanted), func() {
		for at, index := range wanted {
			proofs[at], err = tlog.ProveRecord(n, index, reader)
			check(err)
		}
	})
	leaves := make([]tlog.Hash, len(wanted))
	for at, index := range wanted {
		leaves[at] = tlog.RecordHash(entry(index))
	}
	timed("inclusion proofs verified", len(wanted), func() {
		for at, index := range wanted {
			check(tlog.CheckRecord(proofs[at], n, root, index, leaves[at]))
		}
	})
	grown := make([]tlog.TreeProof, len(wanted))
	timed("consistency proofs, tiles cached", len(wanted), func() {
		for at, index := range wanted {
			grown[at], err = tlog.ProveTree(n, index+1, reader)
			check(err)
		}
	})
	roots := make([]tlog.Hash, len(wanted))
	for at, index := range wanted {
		roots[at], err = tlog.TreeHash(index+1, reader)
		check(err)
	}
	timed("consistency proofs verified", len(wanted), func() {
		for at, index := range wanted {
			check(tlog.CheckTree(grown[at], n, root, index+1, roots[at]))
		}
	})
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	result.PeakMiB = memory.Sys >> 20
	result.Versions = map[string]string{"go": runtime.Version()}
	check(json.NewEncoder(os.Stdout).Encode(result))
}

package main

// The table of refusals: each line of the example that says what is found is found, and nothing else is.

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

func loaded(t *testing.T, folder string) *project {
	t.Helper()
	p, err := load(folder, "../sdk", "../api", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEachRefusalNamesItsLine(t *testing.T) {
	folder := "testdata/refused"
	var wanted []string
	file, err := os.Open(filepath.Join(folder, "refused.go"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		if _, want, is := strings.Cut(lines.Text(), "// want: "); is {
			wanted = append(wanted, fmt.Sprintf("refused.go:%d %s", number, want))
		}
	}
	var found []string
	for _, one := range loaded(t, folder).problems("go") {
		text := fmt.Sprintf("%s:%d %s", one.File, one.Line, one.What)
		found = append(found, text)
		if !strings.Contains(one.Instead, "; ") {
			t.Errorf("%s does not say what to use instead", text)
		}
	}
	sort.Strings(wanted)
	sort.Strings(found)
	if strings.Join(wanted, "\n") != strings.Join(found, "\n") {
		t.Errorf("wanted:\n%s\nfound:\n%s", strings.Join(wanted, "\n"), strings.Join(found, "\n"))
	}
}

func TestWorkflowsDeclareWhatTheyHandle(t *testing.T) {
	workflows := loaded(t, "../examples/account").workflows()
	if len(workflows) != 1 {
		t.Fatalf("found %d workflows", len(workflows))
	}
	w := workflows[0]
	got := fmt.Sprint(w.name, w.signals, w.queries, w.updates)
	if got != "Account[close deposit] [balance] [withdraw]" {
		t.Error(got)
	}
}

func TestExamplesHaveNoProblems(t *testing.T) {
	for _, example := range []string{"order", "saga", "account", "fan-out", "best-practices"} {
		if problems := loaded(t, "../examples/"+example).problems("go"); len(problems) > 0 {
			t.Errorf("%s: %v", example, problems)
		}
	}
}

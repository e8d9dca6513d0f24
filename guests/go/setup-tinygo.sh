#!/usr/bin/env bash
# Builds TinyGo 0.39.0 from packages alone: Debian 12 (bookworm and its backports) and the Go module proxy. It needs root for apt-get, and
# Go 1.23 or later on PATH. `sundial build` finds the result by itself.
#
#	setup-tinygo.sh [FOLDER]      where it goes; default: $SUNDIAL_TINYGO, else tinygo in Sundial's cache folder
#
# It changes nothing outside of FOLDER but for the packages, and compiles nothing if FOLDER is complete.
set -eu
version=0.39.0
folder=${1:-${SUNDIAL_TINYGO:-${SUNDIAL_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/sundial}/tinygo}}

# What may be drawn in a side effect, and what packages that draw it mention: the SDK answers for crypto/rand (the stock file of Linux, which
# reads a device, is left out), and package net, of which the module's archive lacks all, has the names that packages of UUIDs mention.
give_randomness() {
	library=$folder/root/src
	sed -i '1s/&& !wasip2$/\&\& !wasip2 \&\& !wasm_unknown/' "$library/crypto/rand/rand_urandom.go"
	grep -q wasm_unknown "$library/crypto/rand/rand_urandom.go"
	mkdir -p "$library/net"
	cat >"$library/net/net.go" <<-'END'
		// Package net has what packages for workflows mention of it, and no network.
		package net

		import "errors"

		// HardwareAddr is the address of an interface.
		type HardwareAddr []byte

		// Interface is one of a machine's.
		type Interface struct {
			Index, MTU   int
			Name         string
			HardwareAddr HardwareAddr
		}

		// Interfaces fails: a workflow sees none.
		func Interfaces() ([]Interface, error) { return nil, errors.New("a workflow has no network") }
	END
}

# A folder that an earlier version of this script made lacks no more than this.
if [ -f "$folder/complete" ]; then
	give_randomness
	exit 0
fi

packages="llvm-19-dev libclang-19-dev lld-19 clang-19 wasi-libc libclang-rt-19-dev-wasm32 binaryen golang-1.23-go"
# shellcheck disable=SC2086 # a list of names
if ! dpkg -s $packages >/dev/null 2>&1; then
	sources=/etc/apt/sources.list.d/debian.sources
	if [ -f "$sources" ] && ! grep -q bookworm-backports "$sources"; then
		sed -i 's/^\(Suites: bookworm bookworm-updates\)$/\1 bookworm-backports/' "$sources"
	fi
	apt-get update -q
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages
fi

# `go install ...@v0.39.0` is refused, since its go.mod has replacements; a build inside the module's own folder is not.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
source=$(cd "$scratch" && go mod download -json "github.com/tinygo-org/tinygo@v$version" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
mkdir -p "$folder/bin" "$folder/root"
cp -r "$source/." "$folder/root"
chmod -R u+w "$folder/root"
give_randomness
# The stock runtime of a target without an operating system drops what is printed (the text of a panic before its trap) and answers 1970 as
# the time. Here both go to the SDK: a line of the log, and workflow time. Sleeping is refused in words.
runtime=$folder/root/src/runtime
sed -i 's|^func putchar(c byte) {$|//export sundial_putchar\nfunc sundialPutchar(c byte)\n\n//export sundial_now\nfunc sundialNow() int64\n\nfunc putchar(c byte) {\n\tsundialPutchar(c)|' "$runtime/runtime_tinygowasm_unknown.go"
sed -i 's|^\treturn 0, 0, 0$|\tns := sundialNow()\n\treturn ns / 1000000000, int32(ns % 1000000000), ns|' "$runtime/runtime_tinygowasm_unknown.go"
sed -i 's|^func sleepTicks(d timeUnit) {$|func sleepTicks(d timeUnit) {\n\truntimePanic("a workflow does not sleep by the clock: use workflow.Sleep")|' "$runtime/runtime_wasm_unknown.go"
grep -q sundialNow "$runtime/runtime_tinygowasm_unknown.go"
# A pass that resolves reflect's Implements at compile time stops at the first of two functions of that name: with errors.As in a program,
# encoding/json then panics. This makes it look at both.
pass=$folder/root/transform/rtcalls.go
sed -i -e '/^func OptimizeReflectImplements/,/^}/{
s/var implementsFunc llvm.Value/var implementsFuncs []llvm.Value/
s/implementsFunc = fn/implementsFuncs = append(implementsFuncs, fn)/
/^\t\t\tbreak$/d
s/if implementsFunc.IsNil() {/if len(implementsFuncs) == 0 {/
s/for _, call := range getUses(implementsFunc) {/for _, implementsFunc := range implementsFuncs {\n\tfor _, call := range getUses(implementsFunc) {/
s/^}$/\t}\n}/
}' "$pass"
grep -q implementsFuncs "$pass"
(cd "$folder/root" && CGO_ENABLED=1 GOFLAGS=-mod=mod go build -buildvcs=false -trimpath -tags llvm19 -o "$folder/bin/tinygo" .)
touch "$folder/complete"

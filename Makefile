# make            builds ./sshuttle        make test     builds and runs all tests (end-to-end ones need root)
# make install    PREFIX= DESTDIR=         make demo     shows a tunnel between three hosts on this machine
# make uninstall  PREFIX= DESTDIR=         make bench    compares it with ssh and the Python program; BENCH=--help
#                                          make prerequisites   installs what the tests need (root on Debian)

PREFIX ?= /usr/local
DESTDIR ?=
BENCH ?=

sources := build.sh global.json $(shell find Sshuttle \( -name bin -o -name obj \) -prune -o -type f ! -name '*.md' -print)

.PHONY: all test demo bench prerequisites install uninstall clean

all: sshuttle

sshuttle: $(sources)
	./build.sh

test: prerequisites sshuttle
	Sshuttle.Tests/run.sh

demo: prerequisites sshuttle
	Sshuttle.Tests/EndToEnd/demo.sh

bench: prerequisites sshuttle
	./build.sh --require wrk:wrk "gcc:gcc libc6-dev"
	Sshuttle.Tests/Bench/bench.py $(BENCH)

prerequisites:
	./build.sh --require \
	    sshd:openssh-server ssh:openssh-client dropbear:dropbear-bin \
	    nft:nftables iptables:iptables conntrack:conntrack ip:iproute2 \
	    nginx:nginx-light iperf3:iperf3 curl:curl socat:socat nc.openbsd:netcat-openbsd \
	    sudo:sudo doas:opendoas tcsh:tcsh fish:fish busybox:busybox \
	    /usr/bin/sshuttle:sshuttle /usr/bin/python3:python3 \
	    mandoc:mandoc ps:procps nsenter:util-linux script:bsdutils gzip:gzip

# Not dependent on sshuttle: `sudo make install` after `make` must not build as root.
install:
	@test -x sshuttle || { echo "run 'make' first"; exit 1; }
	install -D -m 755 sshuttle "$(DESTDIR)$(PREFIX)/bin/sshuttle"
	install -D -m 644 sshuttle.1 "$(DESTDIR)$(PREFIX)/share/man/man1/sshuttle.1"

uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/sshuttle" "$(DESTDIR)$(PREFIX)/share/man/man1/sshuttle.1"

clean:
	rm -rf sshuttle sshuttle.new Sshuttle/bin Sshuttle/obj Sshuttle.Tests/bin Sshuttle.Tests/obj

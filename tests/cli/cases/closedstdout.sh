# Output that does not arrive is a failure.
pare --help > /dev/full; echo $?
pare --help >&-; echo $?
# So is a reader that has gone away; the status is that of pare, not of a signal.
mkfifo pipe
: < pipe &
exec 3> pipe
wait $!
pare --help >&3; echo $?

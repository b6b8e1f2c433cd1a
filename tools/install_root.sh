#!/bin/sh
# Makes an OTP root that runs on ling: its own bin and erts-VSN/bin, all else linked from the OTP that is installed.
# usage: install_root.sh install PROGRAM ROOT BINDIR [INSTALL_COMMAND]
#        install_root.sh remove ROOT BINDIR
# ROOT (for instance /usr/local/lib/ling) and BINDIR (for the link `ling`) are taken below $DESTDIR.
set -eu
DESTDIR=${DESTDIR:-}

remove() {
    root=$DESTDIR$1
    rm -f "$DESTDIR$2/ling"
    [ -d "$root" ] || return 0
    # Only what `install` made: releases that somebody added stay.
    find "$root" -type l -exec rm -f {} +
    rm -f "$root"/erts-*/bin/erlexec "$root/bin/start" "$root/releases/RELEASES" "$root/releases/start_erl.data"
    find "$root" -depth -type d -empty -exec rmdir {} +
}

# The value of FLAG among the arguments that ling would give to init.
start_argument() { # PROGRAM FLAG
    "$1" -emu_args_exit | sed -n "/^$2\$/{n;p;}"
}

link_missing() { # FOLDER FILE...: links to those files that are there and have no entry in FOLDER yet
    folder=$1
    shift
    for file; do
        name=${file##*/}
        [ ! -e "$file" ] || [ -e "$folder/$name" ] || [ -L "$folder/$name" ] || ln -s "$file" "$folder/$name"
    done
}

install_erts() {
    mkdir -p "$erts/bin"
    $install_program "$program" "$erts/bin/erlexec"
    ln -s erlexec "$erts/bin/erl"
    ln -s erlexec "$erts/bin/dyn_erl"    # relx makes it the `erl` of a release
    # What only BEAM needs is left out.
    for file in "$otp_erts"/bin/*; do
        case ${file##*/} in
        beam* | erl_child_setup | yielding_c_fun | start) ;;
        *) link_missing "$erts/bin" "$file" ;;
        esac
    done
    # A release that is packed with its erts holds no erts application.
    ln -s "$otp/lib/${erts##*/}/ebin" "$erts/bin/preloaded"
    link_missing "$erts" "$otp_erts"/*
}

install_bin() {
    mkdir -p "$root/bin"
    ln -s "../${erts##*/}/bin/erlexec" "$root/bin/erl"
    ln -s "../${erts##*/}/bin/erlexec" "$root/bin/ling"
    if [ -e "$otp_erts/bin/start.src" ]; then
        sed "s|%FINAL_ROOTDIR%|$final_root|g; s|%VSN%|$version|g" "$otp_erts/bin/start.src" > "$root/bin/start"
        chmod 755 "$root/bin/start"
    fi
    for file in "$otp"/bin/*; do
        name=${file##*/}
        if [ -e "$erts/bin/$name" ] && [ ! -e "$root/bin/$name" ]; then
            ln -s "../${erts##*/}/bin/$name" "$root/bin/$name"
        else
            link_missing "$root/bin" "$file"
        fi
    done
}

install_releases() {
    mkdir -p "$root/releases"
    for name in RELEASES start_erl.data; do
        [ ! -e "$otp/releases/$name" ] || cp "$otp/releases/$name" "$root/releases/$name"
    done
    link_missing "$root/releases" "$otp"/releases/*
}

case $1 in
remove) remove "$2" "$3" ;;
install)
    program=$2 final_root=$3 root=$DESTDIR$3 bindir=$DESTDIR$4 install_program=${5:-install}
    bindir_of_otp=$(start_argument "$program" -bindir)
    version=${bindir_of_otp%/bin} version=${version##*/erts-}
    # The root that is found may be one of ours: the OTP is where its libraries are.
    otp=$(cd "$(start_argument "$program" -root)/lib" && pwd -P)
    otp=${otp%/lib}
    otp_erts=$otp/erts-$version erts=$root/erts-$version
    remove "$final_root" "$4"
    install_erts
    install_bin
    install_releases
    link_missing "$root" "$otp/lib" "$otp/usr" "$otp/man"
    mkdir -p "$bindir"
    ln -sr "$erts/bin/erlexec" "$bindir/ling"
    ;;
esac

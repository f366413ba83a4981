#!/usr/bin/env bash
# Installs what the tests of replay and export use: QEMU, the arm64 cross compiler with the kernel's headers, and a
# Debian kernel for arm64, which is unpacked where `vgic-trace replay` looks for one. Needs Debian and root.
set -euo pipefail

kernels="${XDG_CACHE_HOME:-$HOME/.cache}/vgic-trace"
packages=(qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross linux-libc-dev-arm64-cross make)

if ! dpkg --print-foreign-architectures | grep -qx arm64; then
  dpkg --add-architecture arm64
fi
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"

if ! compgen -G "$kernels/boot/vmlinuz-*-arm64" >/dev/null; then
  kernel=$(apt-cache depends linux-image-arm64:arm64 | sed -n 's/.*Depends: //p')
  download=$(mktemp -d)
  trap 'rm -rf "$download"' EXIT
  (cd "$download" && apt-get -o APT::Sandbox::User=root download -q "$kernel")
  mkdir -p "$kernels"
  # The image alone: its modules are large and not used.
  dpkg-deb --fsys-tarfile "$download"/*.deb | tar -x -C "$kernels" --wildcards './boot/vmlinuz-*'
fi
ls "$kernels"/boot/vmlinuz-*

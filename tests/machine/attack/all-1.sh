#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Half of the attacks: the vm takes some minutes for all.
exec "$(dirname "$0")/all.sh" 1 2

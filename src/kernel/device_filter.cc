// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/device_filter.h"

#include <linux/bpf.h>

#include <cstring>

#include "kernel/syscalls.h"

namespace caisson {

Result<void> check_device_filter(int cgroup) {
    bpf_attr attributes;
    std::memset(&attributes, 0, sizeof attributes);
    attributes.query.target_fd = static_cast<std::uint32_t>(cgroup);
    attributes.query.attach_type = BPF_CGROUP_DEVICE;
    // Without room for identifiers the kernel only counts.
    if (sys_bpf(BPF_PROG_QUERY, attributes) < 0)
        return sys_error("query the device filter");
    if (attributes.query.prog_cnt == 0)
        return plain_error("no device filter: systemd has attached none to the cgroup "
                           "(DevicePolicy=)");
    return {};
}

}  // namespace caisson

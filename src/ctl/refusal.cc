// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/refusal.h"

#include <systemd/sd-bus-protocol.h>

namespace caisson {

std::string explain(const BusError& error, const Target& target) {
    if (error.name == "org.freedesktop.systemd1.NoSuchUnit")
        return "systemd does not know " + target.service +
               " yet; run 'systemctl daemon-reload' first";
    if (error.name == "org.freedesktop.systemd1.JobTypeNotApplicable")
        return target.service + " does not define a way to reload; use 'caissonctl restart " +
               target.name + "'";
    if (error.name == "org.freedesktop.DBus.Error.AccessDenied" ||
        error.name == "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired")
        return "permission denied; run it as root, or have polkit allow "
               "org.freedesktop.systemd1.manage-units to you";
    if (error.name == "org.freedesktop.systemd1.NoSuchProcess")
        return "it has no such process; it does not run";
    return error.message.empty() ? error.name : error.message;
}

}  // namespace caisson

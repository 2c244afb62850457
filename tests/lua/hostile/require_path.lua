-- SPDX-License-Identifier: Apache-2.0
-- expect: require: '../../../etc/passwd' is not a module's name
require "../../../etc/passwd"

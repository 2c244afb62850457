-- SPDX-License-Identifier: Apache-2.0
-- expect: an empty text was raised
error ""

#pragma once

/** Of the firmware, as boot text and SCAP_ACK tell it. v10 is the deployed one. */
enum { VERSION = 11 };

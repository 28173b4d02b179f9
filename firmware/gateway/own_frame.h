#pragma once

/**
 * Keeps a function out of its caller. Called once, it would be made part of it, and its variables would lie in the stack
 * below every other call the caller makes.
 */
#define OWN_FRAME __attribute__((noinline))

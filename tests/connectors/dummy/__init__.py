"""An invented platform, as unlike the others as the seams allow: what docs/contributors/adding-a-platform.md builds."""

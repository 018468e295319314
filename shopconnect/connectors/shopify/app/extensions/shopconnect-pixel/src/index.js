import { register } from "@shopify/web-pixels-extension";
import { listen } from "./pixel.js";

register(listen);
